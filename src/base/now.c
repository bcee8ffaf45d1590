#include "base/now.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* 9999-12-31T23:59:59Z: a year of five digits could not be read back. */
#define LAST_SECOND ((int64_t)253402300799)

int64_t
now_real(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * NOW_SECOND + ts.tv_nsec / 1000;
}

int64_t
now_monotonic(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * NOW_SECOND + ts.tv_nsec / 1000;
}

/* Reads exactly n digits and moves on; -1 if there are fewer. */
static int
digits(const char **p, int n)
{
	int value = 0;

	while (n-- > 0) {
		if (!isdigit((unsigned char)**p))
			return -1;
		value = value * 10 + (*(*p)++ - '0');
	}
	return value;
}

static int
literal(const char **p, char want)
{
	if (**p != want)
		return 0;
	(*p)++;
	return 1;
}

/* Reads ".123456" (1 to 9 digits), or nothing; -1 if it is malformed. */
static int64_t
fraction(const char **p)
{
	int64_t micros = 0;
	int n = 0;

	if (**p != '.')
		return 0;
	for ((*p)++; isdigit((unsigned char)**p); (*p)++, n++)
		if (n < 6)
			micros = micros * 10 + (**p - '0');
	if (n == 0 || n > 9)
		return -1;
	for (; n < 6; n++)
		micros *= 10;
	return micros;
}

/* Seconds east of UTC; 0 and *ret_ok = 0 if it is malformed or left out. */
static int
offset(const char **p, int *ret_ok)
{
	int sign = **p == '-' ? -1 : 1;
	int h, m;

	*ret_ok = 1;
	if (literal(p, 'Z') || literal(p, 'z'))
		return 0;
	*ret_ok = 0;
	if (**p != '+' && **p != '-')
		return 0;
	(*p)++;
	h = digits(p, 2);
	if (h < 0 || h > 23 || !literal(p, ':'))
		return 0;
	m = digits(p, 2);
	if (m < 0 || m > 59)
		return 0;
	*ret_ok = 1;
	return sign * (h * 3600 + m * 60);
}

static int
days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 ? days[1] + leap : days[month - 1];
}

/* Fills tm from "YYYY-MM-DDTHH:MM:SS"; 0 if it does not read so. */
static int
date_time(const char **p, struct tm *tm)
{
	int y = digits(p, 4);
	int mo = literal(p, '-') ? digits(p, 2) : -1;
	int d = literal(p, '-') ? digits(p, 2) : -1;
	int h = literal(p, 'T') || literal(p, 't') ? digits(p, 2) : -1;
	int mi = literal(p, ':') ? digits(p, 2) : -1;
	int s = literal(p, ':') ? digits(p, 2) : -1;

	*tm = (struct tm){ .tm_year = y - 1900, .tm_mon = mo - 1, .tm_mday = d,
		.tm_hour = h, .tm_min = mi, .tm_sec = s };
	return y >= 1970 && mo >= 1 && mo <= 12 && d >= 1 &&
	    d <= days_in_month(y, mo) && h >= 0 && h <= 23 && mi >= 0 &&
	    mi <= 59 && s >= 0 && s <= 60;
}

enum err
now_parse(const char *text, int64_t *ret_micros)
{
	const char *p = text;
	struct tm tm;
	int64_t micros, seconds;
	int east, ok;

	if (!date_time(&p, &tm))
		return E_BADREQ;
	micros = fraction(&p);
	east = offset(&p, &ok);
	if (micros < 0 || !ok || *p != '\0')
		return E_BADREQ;
	seconds = timegm(&tm) - east;
	if (seconds < 0 || seconds > LAST_SECOND)
		return E_BADREQ;
	*ret_micros = seconds * NOW_SECOND + micros;
	return OK;
}

/* The last digits of a number, up to the character before end. */
static void
put_digits(char *end, int number, int n)
{
	while (n-- > 0) {
		*--end = (char)('0' + number % 10);
		number /= 10;
	}
}

char *
now_text(struct arena *a, int64_t micros)
{
	static const char form[] = "0000-00-00T00:00:00Z";
	time_t t = (time_t)(micros / NOW_SECOND);
	char *text = arena_copy(a, form, sizeof(form) - 1);
	struct tm tm;

	gmtime_r(&t, &tm);
	put_digits(text + 4, tm.tm_year + 1900, 4);
	put_digits(text + 7, tm.tm_mon + 1, 2);
	put_digits(text + 10, tm.tm_mday, 2);
	put_digits(text + 13, tm.tm_hour, 2);
	put_digits(text + 16, tm.tm_min, 2);
	put_digits(text + 19, tm.tm_sec, 2);
	return text;
}
