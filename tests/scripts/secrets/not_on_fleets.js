// args: --secret-source mock=a=b --coordinator 127.0.0.1:1 --token mk_x
// expect-init-error: --secret-source is for runs on this machine: secrets are not sent to runners
export default function () {}
