/**
 * Every test starts from the same environment: no CI (Ink would draw nothing), colours on,
 * one time zone, one language.
 */
delete process.env['CI'];
delete process.env['NO_COLOR'];
process.env['FORCE_COLOR'] = '3';
process.env['TZ'] = 'UTC';
process.env['LANG'] = 'C.UTF-8';
process.env['TF_CPP_MIN_LOG_LEVEL'] = '2';
