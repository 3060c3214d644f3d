// describe and expect in the manner of chai, under the name of k6's k6chaijs; written anew. An expectation that fails
// ends its describe() block, counts as a failed check and is logged.
import { check, group } from 'k6';
import { Assertion, AssertionError, test } from 'jslib:expect';

export function expect(value, message) {
  const assertion = new Assertion(value, message);
  assertion.flags.report = (good, name) => check(null, { [name]: good });
  return assertion;
}
Assertion.prototype.validJsonBody = function () {
  let good = true;
  try { this.flags.value.json(); } catch (e) { good = false; }
  return test(this, good, 'to have a valid JSON body');
};

const settings = { truncateVariableThreshold: 100, truncateMsgThreshold: 300, aggregateChecks: true, logFailures: false };
export const chai = { config: settings, expect, AssertionError };

export function describe(name, body) {
  let good = true;
  group(name, () => {
    try {
      body();
    } catch (error) {
      good = false;
      if (!error || !error.reported) {
        check(null, { [`${name}: ${error && error.message}`]: () => false });
      }
      if (!(error instanceof AssertionError)) {
        console.error(error);
      } else if (settings.logFailures) {
        console.warn(error.message);
      }
    }
  });
  return good;
}
export default chai;
