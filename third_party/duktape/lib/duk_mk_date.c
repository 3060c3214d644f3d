/* Part of the combined Duktape source: dates as text, other than ISO 8601 (25-dates.patch). What toString(),
 * toUTCString() and their kin give is that of ES2018; Date.parse() reads it back, and what HTTP and mail have: RFC 9110
 * section 5.6.7, RFC 5322 section 3.3, and month/day/year. */

#include "duk_internal.h"

DUK_LOCAL const char mkjs__months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
DUK_LOCAL const char mkjs__days[] = "SunMonTueWedThuFriSat";

void mkjs_date_format(const duk_int_t* parts, duk_int_t tzoffset, duk_small_uint_t flags, char* out, duk_size_t size) {
  const char* day = mkjs__days + 3 * parts[DUK_DATE_IDX_WEEKDAY];
  const char* month = mkjs__months + 3 * (parts[DUK_DATE_IDX_MONTH] - 1);
  int year = (int)parts[DUK_DATE_IDX_YEAR], hour = (int)parts[DUK_DATE_IDX_HOUR];
  int minute = (int)parts[DUK_DATE_IDX_MINUTE], second = (int)parts[DUK_DATE_IDX_SECOND];
  char year_text[12], time[40];

  DUK_SNPRINTF(year_text, sizeof(year_text), year < 0 ? "-%04d" : "%04d", year < 0 ? -year : year);
  if (!(flags & DUK_DATE_FLAG_LOCALTIME)) {
    DUK_SNPRINTF(out, size, "%.3s, %02d %.3s %s %02d:%02d:%02d GMT", day, (int)parts[DUK_DATE_IDX_DAY], month,
                 year_text, hour, minute, second);
    return;
  }
  tzoffset /= 60;
  DUK_SNPRINTF(time, sizeof(time), "%02d:%02d:%02d GMT%c%02d%02d", hour, minute, second, tzoffset < 0 ? '-' : '+',
               (int)(tzoffset < 0 ? -tzoffset : tzoffset) / 60, (int)(tzoffset < 0 ? -tzoffset : tzoffset) % 60);
  if (!(flags & DUK_DATE_FLAG_TOSTRING_DATE)) {
    DUK_SNPRINTF(out, size, "%s", time);
    return;
  }
  DUK_SNPRINTF(out, size, "%.3s %.3s %02d %s%s%s", day, month, (int)parts[DUK_DATE_IDX_DAY], year_text,
               flags & DUK_DATE_FLAG_TOSTRING_TIME ? " " : "", flags & DUK_DATE_FLAG_TOSTRING_TIME ? time : "");
}

typedef struct {
  const char* p;
  int numbers[3]; /* of day, month and year, as they come */
  int digits[3];
  int count;
  int month;   /* named: 1 to 12, else 0 */
  int time[4]; /* hour, minute, second, millisecond; hour < 0: none */
  int half;    /* 1 am, 2 pm */
  int has_zone;
  int zone; /* minutes to the east of UTC */
} mkjs__date;

DUK_LOCAL int mkjs__is_digit(char c) { return c >= '0' && c <= '9'; }
DUK_LOCAL int mkjs__is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* Reads digits, at most nine that count; returns how many there were. */
DUK_LOCAL int mkjs__read_number(mkjs__date* d, int* value) {
  int n = 0;

  for (*value = 0; mkjs__is_digit(*d->p); d->p++, n++) {
    if (n < 9) {
      *value = *value * 10 + (*d->p - '0');
    }
  }
  return n;
}

/* Whether the first `length` letters at `word` are those of `name`, in any case. */
DUK_LOCAL int mkjs__same_word(const char* word, int length, const char* name) {
  int i;

  for (i = 0; i < length && name[i] != '\0'; i++) {
    if ((word[i] | 0x20) != (name[i] | 0x20)) {
      return 0;
    }
  }
  return i == length;
}

/* Index of a word among names of three letters, by its first three; -1 if it is none. */
DUK_LOCAL int mkjs__find_name(const char* word, int length, const char* names, int count) {
  int i;

  for (i = 0; length >= 3 && i < count; i++) {
    if (mkjs__same_word(word, 3, names + 3 * i)) {
      return i;
    }
  }
  return -1;
}

DUK_LOCAL int mkjs__read_word(mkjs__date* d) {
  static const char* const zones[] = {"UTC", "GMT", "UT", "Z", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"};
  static const int hours[] = {0, 0, 0, 0, -5, -4, -6, -5, -7, -6, -8, -7};
  const char* word = d->p;
  int length, i;

  while (mkjs__is_letter(*d->p)) {
    d->p++;
  }
  length = (int)(d->p - word);
  if (length == 1 && (*word | 0x20) == 't' && d->count == 3) {
    return 1;
  }
  if (length == 2 && (word[1] | 0x20) == 'm' && d->time[0] >= 0 && d->time[0] <= 12) {
    d->half = (word[0] | 0x20) == 'a' ? 1 : 2;
    return (word[0] | 0x20) == 'a' || (word[0] | 0x20) == 'p';
  }
  for (i = 0; i < (int)(sizeof(hours) / sizeof(hours[0])); i++) {
    if (mkjs__same_word(word, length, zones[i]) && zones[i][length] == '\0') {
      d->has_zone = 1;
      d->zone = hours[i] * 60;
      return 1;
    }
  }
  i = mkjs__find_name(word, length, mkjs__months, 12);
  if (i >= 0) {
    d->month = i + 1;
    return 1;
  }
  return mkjs__find_name(word, length, mkjs__days, 7) >= 0;
}

/* "+0200", "+02:00", "-5" behind a time or the name of a zone. */
DUK_LOCAL int mkjs__read_offset(mkjs__date* d) {
  int sign = *d->p == '-' ? -1 : 1, value, minutes = 0;
  int digits;

  d->p++;
  digits = mkjs__read_number(d, &value);
  if (digits == 0 || digits > 4) {
    return 0;
  }
  if (*d->p == ':') {
    d->p++;
    if (mkjs__read_number(d, &minutes) != 2) {
      return 0;
    }
  } else if (digits > 2) {
    minutes = value % 100;
    value /= 100;
  }
  d->has_zone = 1;
  d->zone = sign * (value * 60 + minutes);
  return value < 24 && minutes < 60;
}

DUK_LOCAL int mkjs__read_time(mkjs__date* d, int hour) {
  int i, digits;

  if (d->time[0] >= 0) {
    return 0;
  }
  d->time[0] = hour;
  for (i = 1; i < 3 && *d->p == ':'; i++) {
    d->p++;
    if (mkjs__read_number(d, &d->time[i]) == 0) {
      return 0;
    }
  }
  if (i == 3 && *d->p == '.') {
    d->p++;
    digits = mkjs__read_number(d, &d->time[3]);
    for (; digits < 3; digits++) {
      d->time[3] *= 10;
    }
    for (; digits > 3 && digits <= 9; digits--) {
      d->time[3] /= 10;
    }
  }
  return d->time[0] <= 24 && d->time[1] < 60 && d->time[2] < 60 && d->time[3] < 1000 &&
         (d->time[0] < 24 || (d->time[1] == 0 && d->time[2] == 0 && d->time[3] == 0));
}

DUK_LOCAL int mkjs__read_all(mkjs__date* d) {
  while (*d->p != '\0') {
    char c = *d->p;
    int value, digits;

    if (c == '(') { /* a comment */
      while (*d->p != '\0' && *d->p != ')') {
        d->p++;
      }
      d->p += *d->p == ')';
    } else if (mkjs__is_letter(c)) {
      if (!mkjs__read_word(d)) {
        return 0;
      }
    } else if (mkjs__is_digit(c)) {
      digits = mkjs__read_number(d, &value);
      if (*d->p == ':') {
        if (!mkjs__read_time(d, value)) {
          return 0;
        }
      } else {
        if (d->count == 3) {
          return 0;
        }
        d->numbers[d->count] = value;
        d->digits[d->count++] = digits;
      }
    } else if ((c == '+' || c == '-') && mkjs__is_digit(d->p[1]) && (d->time[0] >= 0 || d->has_zone)) {
      if (!mkjs__read_offset(d)) {
        return 0;
      }
    } else if (c == ' ' || c == ',' || c == '-' || c == '/' || c == '.' || c == '\t') {
      d->p++;
    } else {
      return 0;
    }
  }
  return 1;
}

/* Day, month and year of the numbers; 0 if they make none. */
DUK_LOCAL int mkjs__compose(const mkjs__date* d, int* year, int* month, int* day) {
  int y;

  if (d->month != 0 && d->count == 1 && d->digits[0] > 2) { /* a month alone */
    *year = d->numbers[0];
    *month = d->month;
    *day = 1;
    return *year <= 275760;
  }
  if (d->count != (d->month != 0 ? 2 : 3)) {
    return 0;
  }
  if (d->digits[0] > 2) { /* the year comes first */
    y = 0;
    *month = d->month != 0 ? d->month : d->numbers[1];
    *day = d->numbers[d->count - 1];
  } else {
    y = d->count - 1;
    *month = d->month != 0 ? d->month : d->numbers[0];
    *day = d->numbers[d->month != 0 ? 0 : 1];
  }
  *year = d->numbers[y];
  if (d->digits[y] <= 2) {
    *year += *year < 50 ? 2000 : 1900;
  }
  return *month >= 1 && *month <= 12 && *day >= 1 && *day <= 31 && *year <= 275760;
}

int mkjs_date_parse(const char* text, double* out) {
  mkjs__date d;
  duk_double_t parts[DUK_DATE_IDX_NUM_PARTS];
  int year, month, day, i;

  duk_memzero((void*)&d, sizeof(d));
  d.p = text;
  d.time[0] = -1;
  if (!mkjs__read_all(&d) || !mkjs__compose(&d, &year, &month, &day)) {
    return 0;
  }
  if (d.time[0] < 0) {
    d.time[0] = 0;
  }
  if (d.half != 0) {
    d.time[0] = d.time[0] % 12 + (d.half == 2 ? 12 : 0);
  }
  for (i = 0; i < DUK_DATE_IDX_NUM_PARTS; i++) {
    parts[i] = 0.0;
  }
  parts[DUK_DATE_IDX_YEAR] = year;
  parts[DUK_DATE_IDX_MONTH] = month - 1;
  parts[DUK_DATE_IDX_DAY] = day - 1;
  parts[DUK_DATE_IDX_HOUR] = d.time[0];
  parts[DUK_DATE_IDX_MINUTE] = d.time[1] - d.zone;
  parts[DUK_DATE_IDX_SECOND] = d.time[2];
  parts[DUK_DATE_IDX_MILLISECOND] = d.time[3];
  *out = duk_bi_date_get_timeval_from_dparts(parts, d.has_zone ? 0 : DUK_DATE_FLAG_LOCALTIME);
  return 1;
}
