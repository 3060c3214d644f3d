// expect-checks: 100%
function made(name) { return pm.variables.replaceIn('{{$' + name + '}}'); }
pm.test('forms', function () {
  pm.expect(made('guid')).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  pm.expect(made('timestamp')).to.match(/^\d{10}$/);
  pm.expect(made('isoTimestamp')).to.match(/^\d{4}-\d\d-\d\dT.*Z$/);
  pm.expect(Number(made('randomInt'))).to.be.within(0, 1000);
  pm.expect(made('randomBoolean')).to.be.oneOf(['true', 'false']);
  pm.expect(made('randomEmail')).to.include('@');
  pm.expect(made('randomPrice')).to.match(/^\d+\.\d\d$/);
  pm.expect(made('noSuchName')).to.equal('{{$noSuchName}}');
});
pm.test('all that Postman documents', function () {
  ('guid timestamp isoTimestamp randomUUID randomAlphaNumeric randomBoolean randomInt randomColor randomHexColor ' +
   'randomAbbreviation randomIP randomIPV6 randomMACAddress randomPassword randomLocale randomUserAgent randomProtocol ' +
   'randomSemver randomFirstName randomLastName randomFullName randomNamePrefix randomNameSuffix randomJobArea ' +
   'randomJobDescriptor randomJobTitle randomJobType randomPhoneNumber randomPhoneNumberExt randomCity randomStreetName ' +
   'randomStreetAddress randomCountry randomCountryCode randomLatitude randomLongitude randomAvatarImage randomImageUrl ' +
   'randomAbstractImage randomAnimalsImage randomBusinessImage randomCatsImage randomCityImage randomFoodImage ' +
   'randomNightlifeImage randomFashionImage randomPeopleImage randomNatureImage randomSportsImage randomTransportImage ' +
   'randomImageDataUri randomBankAccount randomBankAccountName randomCreditCardMask randomBankAccountBic ' +
   'randomBankAccountIban randomTransactionType randomCurrencyCode randomCurrencyName randomCurrencySymbol randomBitcoin ' +
   'randomCompanyName randomCompanySuffix randomBs randomBsAdjective randomBsBuzz randomBsNoun randomCatchPhrase ' +
   'randomCatchPhraseAdjective randomCatchPhraseDescriptor randomCatchPhraseNoun randomDatabaseColumn randomDatabaseType ' +
   'randomDatabaseCollation randomDatabaseEngine randomDateFuture randomDatePast randomDateRecent randomWeekday ' +
   'randomMonth randomDomainName randomDomainSuffix randomDomainWord randomEmail randomExampleEmail randomUserName ' +
   'randomUrl randomFileName randomFileType randomFileExt randomCommonFileName randomCommonFileType randomCommonFileExt ' +
   'randomFilePath randomDirectoryPath randomMimeType randomPrice randomProduct randomProductAdjective ' +
   'randomProductMaterial randomProductName randomDepartment randomNoun randomVerb randomIngverb randomAdjective ' +
   'randomWord randomWords randomPhrase randomLoremWord randomLoremWords randomLoremSentence randomLoremSentences ' +
   'randomLoremParagraph randomLoremParagraphs randomLoremText randomLoremSlug randomLoremLines').split(' ').forEach(function (name) {
    pm.expect(made(name), name).to.not.include('{{').and.not.be.empty;
  });
});
