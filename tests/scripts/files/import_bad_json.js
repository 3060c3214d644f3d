// expect-init-error: parts/bad.json is not valid JSON
import x from './parts/bad.json';
export default function () {}
