// expect-init-error: attribute_refused.js:2:46: the import attribute type: 'css' is not supported
import style from './parts/rows.json' with { type: 'css' };
export default function () {}
