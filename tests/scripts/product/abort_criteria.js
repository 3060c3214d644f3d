// note: block under "Abort criteria allow the engine to stop a test early when co" of the product's document, unchanged
// args: --iterations 4 --vus 2
// around: import http from 'k6/http'; export default function () { http.get('{TARGET}/get'); }
// expect-metric: http_reqs.count == 4

export const options = {
vus: 100,
duration: '10m',
abortCriteria: [
{
name: 'High error rate',
metric: 'http_req_failed',
stat: 'rate',
condition: '>',
value: 0.5,
duration: '30s', // Must sustain for 30s before aborting
enabled: true,
},
{
name: 'Latency spike',
metric: 'http_req_duration',
stat: 'p95',
condition: '>',
value: 5000, // p95 > 5 seconds
duration: '1m',
enabled: true,
},
],
};
