// args: --stage 10s
// run: cli
// expect-init-error: --stage: expected DURATION:TARGET such as 30s:20, got "10s"
export default function () {}
