// args: --secret-source mock=a=b --secret-source name=default,mock=a=c --iterations 1
// expect-init-error: --secret-source: two sources are named "default"
export default function () {}
