// Floor (a): a Worker that reads the body and does nothing with it.

export default {
  async fetch(request) {
    await request.text();
    return new Response('success');
  },
};
