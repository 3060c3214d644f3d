// args: --local-ips nowhere
// run: cli
// expect-init-error: --local-ips: expected addresses such as 10.0.0.1
export default function () {}
