// expect-init-error: attribute_of_script.js:2:48: type: 'json' is for files that end in .json, not for './parts/lazy.js'
import { seven } from './parts/lazy.js' with { type: 'json' };
export default function () {}
