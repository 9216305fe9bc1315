// Someone of the desk in a browser, and a fan at the simulated WeChat: for tests of the whole, and for pictures.

const PASSWORD = 'correct horse battery';

/** Adds a person by the API, as `make admin` does, and gives the link of their invitation. */
export async function invite({ worker, token }, person) {
  const response = await fetch(`${worker}/api/v1/people`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(person),
  });
  if (response.status !== 201) throw new Error(`POST /people: ${response.status} ${await response.text()}`);
  const { invitation } = await response.json();
  return new URL(invitation.path, worker).href;
}

/** Opens the invitation, chooses a password, and logs in; is at the desk then. */
export async function comeIn(page, link, login) {
  await accept(page, link, login);
  await page.getByRole('button', { name: '我的状态: 在线' }).waitFor();
}

/** The same for whoever is given no conversations, such as analysts. */
export async function accept(page, link, login) {
  await page.goto(link);
  await page.getByLabel('新密码').fill(PASSWORD);
  await page.getByLabel('再输入一次').fill(PASSWORD);
  await page.getByRole('button', { name: '设置密码' }).click();
  await page.getByRole('button', { name: '去登录' }).click();
  await page.getByLabel('账号').fill(login);
  await page.getByLabel('密码').fill(PASSWORD);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.getByRole('navigation').waitFor();
}

/** A fan: what they do, and what they see. */
export function fan({ phone }, openid) {
  const at = (path) => new URL(`sim/fans/${openid}/${path}`, phone);
  const play = async (path, body = {}) => {
    const response = await fetch(at(path), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  return {
    follow: () => play('follow'),
    say: (text) => play('say', { text }),
    /** The texts that came by the customer-service interface. */
    heard: async () => {
      const { items } = await (await fetch(at('inbox'))).json();
      return items.filter(({ via }) => via === 'service');
    },
  };
}
