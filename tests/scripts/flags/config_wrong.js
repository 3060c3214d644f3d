// args: --config {HERE}/parts/wrong.json
// run: cli
// expect-init-error: options.userAgent: expected a string, got 5
export default function () {}
