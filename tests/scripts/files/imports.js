// note: relative imports of all kinds; each file runs once in a virtual user
// expect: loaded counter
// expect: 1 2 named
// expect: data 3 deep/value.js
// expect: commonjs 7 7
// expect: typed 4 red
// expect: cyclic from a, from b
// expect: index found
// expect: TypeError from its own line parts/broken.js:4:21
import counter, { next, name } from './parts/counter.js';
import * as again from './parts/counter';
import data from './parts/data.json';
import { where } from './parts/deep/value.js';
import legacy from './parts/legacy.js';
import { double, Color } from './parts/typed';
import { a } from './parts/cyclic_a.js';
const folder = require('./parts/folder');
const broken = require('./parts/broken.js');
export default function () {
  console.log(counter(), again.next(), name);
  console.log('data', data.list.length, where);
  console.log('commonjs', legacy.seven, require('./parts/legacy.js').seven);
  console.log('typed', double(2), Color.Red);
  console.log('cyclic', a());
  console.log('index', folder.found);
  try { broken(); } catch (e) {
    console.log(e.name, 'from its own line', /parts\/broken\.js:\d+:\d+/.exec(e.stack)[0]);
  }
}
