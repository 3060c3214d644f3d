// args: --secret-source file={TMP}/none --iterations 1
// expect-init-error: --secret-source: cannot read the file
export default function () {}
