// expect: status 200 http://x/
// expect: named undefined
// expect: namespace true
// expect: this undefined
// expect: function _default
// expect: options 5 live 2
// runs: default
import http from 'k6/http';
import { check, sleep as nap } from 'k6';
import * as k6 from 'k6';
import { Trend } from 'k6/metrics';
const res = http.get('http://x/');
print('status', res.status, res.body);
print('named', nap(1));
print('namespace', k6.check === check && typeof Trend === 'function');
print('this', typeof this);
export const options = { vus: 5 };
export let counter = 1;
counter++;
export { counter as live };
export default function () {
  print('function _default');
  print('options', module.exports.options.vus, 'live', exports.live);
}
