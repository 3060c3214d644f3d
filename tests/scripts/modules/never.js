// expect-init-error: never.js:3:11: top-level await of 
import http from 'k6/http';
const x = await new Promise(() => {});
export default function () { http.get(x); }
