// expect-init-error: thresholds
// run: cli
export const options = { thresholds: { http_req_duration: ['p95 below 3'] } };
export default function () {}
