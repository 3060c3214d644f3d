// expect-checks: 100%
import faker from 'mockarty/faker';
export default function () {
  for (let i = 0; i < 50; i++) check(faker, {
    email: (f) => /^[a-z]+\.[a-z]+\d+@example\.(com|net|org)$/.test(f.email()),
    username: (f) => /^[a-z]+[._][a-z]+\d+$/.test(f.username()),
    password: (f) => { const p = f.password(); return p.length === 16 && /[a-z]/.test(p) && /[A-Z]/.test(p) && /\d/.test(p) && /[^A-Za-z0-9]/.test(p); },
    url: (f) => /^https:\/\/[a-z]+-[a-z]+\.example\.(com|net|org)\/[a-z]+\/[a-z]+$/.test(f.url()),
    domainName: (f) => /^[a-z]+-[a-z]+\.example\.(com|net|org)$/.test(f.domainName()),
    ipv4: (f) => { const p = f.ipv4().split('.').map(Number); return p.length === 4 && p.every((n) => n >= 0 && n < 256) && ![0, 10, 127].includes(p[0]); },
    ipv6: (f) => /^2001:db8(:[0-9a-f]{4}){6}$/.test(f.ipv6()),
    macAddress: (f) => /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(f.macAddress()) && (parseInt(f.macAddress().slice(0, 2), 16) & 3) === 2,
    userAgent: (f) => /^Mozilla\/5\.0 /.test(f.userAgent()),
  });
}
