// expect-init-error: the script exports no default function
exports.setup = function () {};
