// note: block under "Simulate a gradual traffic increase to find the breaking poi" of the product's document, unchanged
// args: --iterations 4 --vus 2
// around: import http from 'k6/http'; export default function () { http.get('{TARGET}/get'); }
// expect-output: PASS [http_req_duration] p(95) < 1000

export const options = {
stages: [
{ duration: '2m', target: 50 }, // Warm up
{ duration: '3m', target: 200 }, // Ramp to peak
{ duration: '5m', target: 200 }, // Sustain peak
{ duration: '2m', target: 50 }, // Ramp down
{ duration: '1m', target: 0 }, // Cool down
],
thresholds: {
'http_req_duration': ['p(95) < 1000'],
'http_req_failed': ['rate < 0.05'],
},
};
