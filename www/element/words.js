// The languages.

// The words of a language; what it lacks is said in English.
function words(language) {
  return { ...contents().text.en, ...contents().text[language] };
}
