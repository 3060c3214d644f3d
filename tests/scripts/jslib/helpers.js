// note: helper libraries under their usual addresses; nothing is fetched
// expect: utils true true true 8 true
// expect: between a ["a","b"]
// expect: csv 2 x, y 3 "a,b"
// expect: csv text a,b|1,"x ""y"""
// expect: summary true true
// expect: junit true
import { randomIntBetween, randomItem, randomString, uuidv4, findBetween } from 'https://jslib.k6.io/k6-utils/1.4.0/index.js';
import { textSummary, jUnit } from 'https://jslib.k6.io/k6-summary/0.0.1/index.js';
import papaparse from 'https://jslib.k6.io/papaparse/5.1.1/index.js';
const data = {
  options: { summaryTrendStats: ['avg', 'p(95)'] },
  metrics: {
    http_reqs: { type: 'counter', contains: 'default', values: { count: 5, rate: 1.5 } },
    http_req_duration: { type: 'trend', contains: 'time', values: { avg: 1.234, 'p(95)': 2100 }, thresholds: { 'avg<1': { ok: false } } },
  },
  root_group: { name: '', checks: [{ name: 'c', passes: 1, fails: 1 }], groups: [] },
};
export default function () {
  const n = randomIntBetween(1, 3);
  console.log('utils', n >= 1 && n <= 3, ['a', 'b'].includes(randomItem(['a', 'b'])), /^[0-9a-f-]{36}$/.test(uuidv4()),
    randomString(8).length, /^x+$/.test(randomString(4, 'x')));
  console.log('between', findBetween('<a><b>', '<', '>'), JSON.stringify(findBetween('<a><b>', '<', '>', true)));
  const csv = papaparse.parse('k,v\n"x, y",3\nz,"a,b"\n', { header: true, skipEmptyLines: true, dynamicTyping: true });
  console.log('csv', csv.data.length, csv.data[0].k, csv.data[0].v, JSON.stringify(csv.data[1].v));
  console.log('csv text', papaparse.unparse([{ a: 1, b: 'x "y"' }], { newline: '|' }));
  const text = textSummary(data, { indent: ' ', enableColors: true });
  console.log('summary', text.includes('avg=1.23ms p(95)=2.10s'), text.includes('✗ c'));
  console.log('junit', jUnit(data).includes('failures="1"'));
}
