// expect: 200 first
// expect: 200 second
// expect: timers fire after blocking calls
import http from 'k6/http';
import { sleep } from 'k6';
const get = async (name) => {
  const res = http.get(__ENV.BASE_URL + '/get');
  await null;
  sleep(0.002);
  console.log(res.status, name);
};
export default async function () {
  setTimeout(() => console.log('timers fire after blocking calls'), 0);
  await Promise.all([get('first'), get('second')]);
}
