// What a launcher says when it cannot do what was asked for a reason that a person can put right. It is shown as one
// line without a stack; anything else that is thrown is a mistake of ours and keeps its stack.

export class Refusal extends Error {}

export function report(error) {
  const text = error instanceof Refusal ? error.message : (error?.stack ?? String(error));
  process.stderr.write(`fandesk: ${text}\n`);
}
