// expect: a,b,helper,renamed,setup,star
// expect: Widget 3
// expect: arrow default
// runs: default
import { check } from 'k6';
export const a = 1, b = 2;
export function helper() { return a + b; }
export function setup() { return helper(); }
export class Widget { size() { return helper(); } }
const inner = 'x';
export { inner as renamed };
export * as star from 'k6';
const { Widget: W, ...rest } = module.exports;
print(Object.keys(rest).filter((k) => k !== '__esModule').sort().join());
print('Widget', new Widget().size());
export default () => { print('arrow default'); };
