// expect-checks: 100%
import faker from 'mockarty/faker';
const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const same = (text, date) => date.toISOString().startsWith(text);
export default function () {
  for (let i = 0; i < 100; i++) check(faker, {
    date: (f) => { const d = f.date(); return same(d, new Date(d + 'T00:00:00Z')); },
    timeString: (f) => /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(f.timeString()),
    monthName: (f) => months.includes(f.monthName()),
    yearString: (f) => { const y = f.yearString(); return typeof y === 'string' && y >= '1970' && y <= '2037'; },
    dayOfWeek: (f) => days.includes(f.dayOfWeek()),
    dayOfMonth: (f) => { const d = Number(f.dayOfMonth()); return d >= 1 && d <= 31; },
    timestamp: (f) => { const t = f.timestamp().replace(' ', 'T'); return same(t, new Date(t + 'Z')); },
    unixTime: (f) => Number.isInteger(f.unixTime()) && f.unixTime() >= 0 && f.unixTime() < 2145916800,
    rfc3339: (f) => { const t = f.rfc3339(); return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(t) && same(t.slice(0, 19), new Date(t)); },
    century: (f) => /^[IVX]+$/.test(f.century()),
    timezone: (f) => /^[A-Z][A-Za-z]+\/[A-Z][A-Za-z_]+$/.test(f.timezone()),
    timePeriod: (f) => ['AM', 'PM'].includes(f.timePeriod()),
  });
}
