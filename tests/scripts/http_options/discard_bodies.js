// note: bodies are received and dropped, unless a request wants its own
// expect: null null text 5
// expect: true
// expect-metric: data_received.count > 15
import http from 'k6/http';
export const options = { discardResponseBodies: true };
export default function () {
  const at = `${__ENV.TARGET}/bytes/5`;
  const kept = http.get(at, { responseType: 'text' });
  console.log(http.get(at).body, http.get(at, { responseType: 'none' }).body, typeof kept.body === 'string' ? 'text' : kept.body, kept.body.length);
  console.log(http.get(at, { responseType: 'binary' }).body.byteLength === 5);
}
