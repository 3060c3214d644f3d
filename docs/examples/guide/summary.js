// expect-output: requests took
import http from 'k6/http';
import { textSummary } from 'https://jslib.k6.io/k6-summary/0.1.0/index.js';

export const options = { summaryTrendStats: ['avg', 'p(95)', 'p(99.9)', 'count'], summaryTimeUnit: 'ms' };

export default function () {
  http.get(`${__ENV.BASE_URL}/products`);
}

export function handleSummary(data) {
  const { avg, 'p(99.9)': slowest } = data.metrics.http_req_duration.values;
  return {
    stdout: `requests took ${avg.toFixed(1)} ms, the slowest ${slowest.toFixed(1)} ms\n${textSummary(data)}`,
    'summary.json': JSON.stringify(data),
  };
}
