// What both launchers do: choose ports, read the settings, take the state, start the Worker and the simulator, fill in
// the demo, say `ready:`, and end all of it when asked to.
//
// Launchers differ in the one function that starts the Worker.

import { resolve } from 'node:path';

import { FIRST, otherAccounts, settingOf } from './accounts.mjs';
import { inCheckout, ROOT } from './checkout.mjs';
import { askedToEnd, KEPT_WORKERD } from './children.mjs';
import { publishDemo } from './demo.mjs';
import { choosePort, freePort, HOST, portOf } from './ports.mjs';
import { problems, untilAnswering } from './ready.mjs';
import { Refusal, report } from './refusal.mjs';
import { readSettings } from './settings.mjs';
import { platformDefaults, startSimulator } from './simulator.mjs';
import { takeState } from './state.mjs';
import { readConfig } from './worker.mjs';

const isSet = (name) => !['', '0', undefined].includes(process.env[name]);

/**
 * Runs `startWorker` and everything around it until asked to end, then exits: 0 when asked, 1 when something failed.
 *
 * `startWorker` gets the configuration, settings, port and state folder, says through `onEnd` how to undo each thing that
 * it did as soon as it is done, and returns how long the first answer may take.
 */
export async function run(startWorker) {
  Object.assign(process.env, KEPT_WORKERD);
  const ends = [];
  let code = 0;
  try {
    const failed = new Promise((_, fail) => launch(startWorker, (end) => ends.push(end), fail).catch(fail));
    await Promise.race([askedToEnd(), failed]);
  } catch (error) {
    report(error);
    code = 1;
  }
  // Last started, first ended. One that cannot be ended does not keep the others.
  for (const end of ends.reverse()) {
    try {
      await end();
    } catch (error) {
      report(error);
      code = 1;
    }
  }
  process.exit(code);
}

async function launch(startWorker, onEnd, onUnexpectedEnd) {
  const config = readConfig();
  const port = await choosePort('PORT', 8787);
  // Without a simulator of this launcher's, one that runs already may have the port.
  const simulatorPort = isSet('NO_SIM')
    ? portOf('SIM_PORT', 8790) || (await freePort())
    : await choosePort('SIM_PORT', 8790);
  if (simulatorPort === port) throw new Refusal(`PORT and SIM_PORT are both ${port}`);
  const workerUrl = `http://${HOST}:${port}`;
  const settings = readSettings(resolve(ROOT, process.env.DEV_VARS || inCheckout('.dev.vars')), {
    ...platformDefaults(simulatorPort),
    PUBLIC_ORIGIN: workerUrl,
  });
  const phones = [{ account: FIRST, port: simulatorPort }];
  for (const account of otherAccounts(settings)) {
    const phone = { account, port: await portOfPhone(account, phones.length) };
    phones.push(phone);
    for (const [name, origin] of Object.entries(platformDefaults(phone.port))) {
      settings[settingOf(account, name)] ??= origin;
    }
  }
  const stateDir = resolve(ROOT, process.env.STATE_DIR || '.state');
  onEnd(takeState(stateDir));

  if (!isSet('NO_SIM')) {
    for (const phone of phones) {
      const simulator = startSimulator({ ...phone, workerUrl, settings });
      onEnd(() => simulator.end());
    }
  }
  const patienceMs = await startWorker({ config, settings, port, stateDir, onEnd, onUnexpectedEnd });

  await untilAnswering(workerUrl, patienceMs);
  if (!isSet('NO_DEMO')) {
    const withMenu = !isSet('NO_SIM');
    for (const { account, port: simulatorPort } of phones) {
      await publishDemo({ account, workerUrl, simulatorPort, adminToken: settings.FANDESK_ADMIN_TOKEN, withMenu });
    }
  }
  for (const problem of await problems(workerUrl)) process.stderr.write(`not healthy: ${problem}\n`);
  process.stdout.write(`ready: ${workerUrl}\n`);
  if (isSet('NO_SIM')) return;
  for (const { account, port } of phones.toReversed()) {
    const [of, end] = account === FIRST ? ['', ' (Ctrl-C ends everything)'] : [` of ${account}`, ''];
    process.stdout.write(`Be a fan${of} at http://${HOST}:${port}/${end}\n`);
  }
}

/** The port of an account's simulator: the next one behind SIM_PORT, unless it is told another, or none at all. */
function portOfPhone(account, number) {
  const name = settingOf(account, 'SIM_PORT');
  if (isSet('NO_SIM')) return portOf(name, 0) || freePort();
  const first = portOf('SIM_PORT', 8790);
  return choosePort(name, first === 0 ? 0 : first + number);
}
