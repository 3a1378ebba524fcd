# Writes the stop-word lists of a folder into a C file that defines thrum_stopwords and thrum_stopword_languages.
# cmake -DFOLDER=data/stopwords -DOUTPUT=stopwords.c -P embed.cmake
#
# A list is named by its language (en.txt): a word a line, UTF-8, case-folded; lines that begin with # are comments.
cmake_minimum_required(VERSION 3.22)

file(GLOB lists ${FOLDER}/*.txt)
list(SORT lists)
set(arrays "")
set(rows "")
set(languages "")
foreach(path IN LISTS lists)
  get_filename_component(language ${path} NAME_WE)
  file(STRINGS ${path} words ENCODING UTF-8)
  set(strings "")
  foreach(word IN LISTS words)
    string(STRIP "${word}" word)
    if(NOT word STREQUAL "" AND NOT word MATCHES "^#")
      string(REPLACE "\\" "\\\\" word "${word}")
      string(REPLACE "\"" "\\\"" word "${word}")
      string(APPEND strings "    \"${word}\",\n")
    endif()
  endforeach()
  if(strings STREQUAL "")
    message(FATAL_ERROR "${path}: no words")
  endif()
  string(MAKE_C_IDENTIFIER "words_${language}" array)
  string(APPEND arrays "static const char *const ${array}[] = {\n${strings}};\n\n")
  string(APPEND languages "\"${language}\", ")
  string(APPEND rows "    {\"${language}\", ${array}, sizeof ${array} / sizeof ${array}[0]},\n")
endforeach()

file(WRITE ${OUTPUT} "/* Made from data/stopwords by embed.cmake. */
#include <string.h>

#include \"thrum/words.h\"

${arrays}static const struct {
    const char *language;
    const char *const *words;
    size_t n_words;
} lists[] = {
${rows}};

const char *const thrum_stopword_languages[] = {${languages}NULL};

const char *const *thrum_stopwords(const char *language, size_t *n) {
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        if (strcmp(language, lists[i].language) == 0) {
            *n = lists[i].n_words;
            return lists[i].words;
        }
    }
    *n = 0;
    return NULL;
}
")
