// args: --stage 10x:5
// run: cli
// expect-init-error: --stage[0].duration: 
export default function () {}
