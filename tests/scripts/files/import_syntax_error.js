// expect-init-error: parts/syntax.js:2:8: 
import x from './parts/syntax.js';
export default function () {}
