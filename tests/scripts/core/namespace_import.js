// expect-checks: 100%
import * as k6 from 'k6';
import core from 'mockarty/core';
import { check as assert, sleep } from 'k6';
export default function () {
  k6.check(1, { namespace: (v) => v === 1, 'the same function': () => k6.check === core.check || typeof core.check === 'function' });
  core.group('g', () => core.check(2, { 'default import': (v) => v === 2 }));
  assert(3, { renamed: (v) => v === 3 });
  sleep(0);
}
