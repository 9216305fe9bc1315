// The simulated WeChat beside the Worker.

import { callbackPath, FIRST, settingsOf } from './accounts.mjs';
import { simulatorBinary } from './checkout.mjs';
import { Child } from './children.mjs';
import { HOST } from './ports.mjs';

/** Where the platform's hosts are in a local run, so that nothing here ever talks to the real ones. */
export function platformDefaults(port) {
  const origin = `http://${HOST}:${port}`;
  return { WECHAT_API_BASE: origin, WECHAT_MP_BASE: origin, WECHAT_OPEN_BASE: origin };
}

/** Starts the simulator of an account with the Worker's own settings. The Worker goes on if it ends: as it does without a token. */
export function startSimulator({ account = FIRST, port, workerUrl, settings }) {
  const others = account === FIRST ? {} : { SIM_CALLBACK_PATH: callbackPath(account), SIM_ACCOUNT_NAME: account };
  return new Child(account === FIRST ? 'simulator' : `simulator of ${account}`, simulatorBinary(), [], {
    env: {
      ...withoutSettings(process.env),
      ...settingsOf(settings, account),
      ...others,
      SIM_PORT: String(port),
      FANDESK_URL: workerUrl,
      // What the playbook calls secret = "DEMO" is what the business system played beside it asks for.
      SIM_DEMO_SECRET: process.env.SIM_DEMO_SECRET ?? settings.FANDESK_SECRET_DEMO ?? '',
    },
    onUnexpectedEnd: (ended) => process.stderr.write(`${ended.message}: going on without it\n`),
  });
}

/** The environment without what was merged into the settings already, or taken away there. */
function withoutSettings(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(WECHAT|FANDESK)_/.test(name)));
}
