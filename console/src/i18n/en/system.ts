import type { Words } from '../zh';

export const system: Words['system'] = {
  title: 'System',
  about:
    'Whether all is well, what the account may do, and where data lies. Settings themselves are changed by deploying.',
  lookAgain: 'Look again',
  healthTitle: 'Health',
  well: 'All is well',
  unwell: 'Something is wrong',
  capabilitiesTitle: 'What the account may do',
  service: 'Service account',
  subscription: 'Subscription account',
  verified: 'verified',
  notVerified: 'not verified',
  available: 'available',
  unavailable: 'not available',
  layoutTitle: 'Shards',
  shards: (there: number, wanted: number) => `There are ${there} shards; the settings want ${wanted}.`,
  moving: (moved: number, left: number) => `Moving: ${moved} slots done, ${left} to go.`,
  settled: 'Nothing is being moved.',
  retired: (numbers: string) => `Retired: ${numbers}`,
  accountsTitle: 'Accounts',
  noAppId: 'no AppID',
  callback: 'Callback',
  apiTitle: 'API document',
  apiText: 'What the console does, programs can do too. The OpenAPI document:',
  licences: 'Licences of the software used',
};
