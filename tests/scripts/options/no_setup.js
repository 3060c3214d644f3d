// expect: none
import { sleep } from 'k6';
export const options = { noSetup: true, noTeardown: true };
export function setup() { throw new Error('setup'); }
export default function (data) { console.log(data === undefined ? 'none' : data); }
export function teardown() { throw new Error('teardown'); }
