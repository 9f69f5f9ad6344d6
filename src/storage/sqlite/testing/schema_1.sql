-- Rows as the program with schema 1 wrote them: a living grant and a revoked one, each with its code.
INSERT INTO codes VALUES
  (x'019c000000000000000000000000c001', zeroblob(33), 'alexa', 'ride-hailer', 'user-alice', 'profile rides',
   'https://h/cb', NULL, 'app', x'019c0000000000000000000000000a01', 1772000300123, 1772000001123,
   x'019c0000000000000000000000000601'),
  (x'019c000000000000000000000000c002', zeroblob(33), 'alexa', 'ride-hailer', 'user-bob', 'profile',
   'https://h/cb', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', 'alexa', NULL, 1772000300123, NULL, NULL);
INSERT INTO grants VALUES
  (x'019c0000000000000000000000000601', 'alexa', 'ride-hailer', 'user-alice', 'profile rides', 'app',
   x'019c0000000000000000000000005e01', zeroblob(33), 1772000001123, x'019c0000000000000000000000000a01', NULL),
  (x'019c0000000000000000000000000602', 'alexa', 'ride-hailer', 'user-bob', 'profile', 'alexa',
   x'019c0000000000000000000000005e02', zeroblob(33), 1772000002123, NULL, 1772000003123);
