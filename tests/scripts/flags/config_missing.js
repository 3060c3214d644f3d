// args: --config {HERE}/parts/none.json
// run: cli
// expect-init-error: --config
export default function () {}
