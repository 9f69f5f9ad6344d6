# couplet_library(NAME [FOLDERS ...] [USES ...])   a folder's library, with those of its sub-folders that are no library
#                                                of their own; *_test.cpp in them become one test program
# couplet_program(NAME SOURCES ... USES ...)       an executable in bin/
# couplet_test(NAME SOURCES ... USES ...)          a GoogleTest program registered with ctest
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
include(GoogleTest)

function(couplet_library name)
  cmake_parse_arguments(arg "" "" "FOLDERS;USES;TEST_USES" ${ARGN})
  list(TRANSFORM arg_FOLDERS APPEND "/*.cpp" OUTPUT_VARIABLE patterns)
  file(GLOB sources CONFIGURE_DEPENDS *.cpp ${patterns})
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  if(sources)
    add_library(couplet_${name} STATIC ${sources})
    target_include_directories(couplet_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(couplet_${name} PUBLIC ${arg_USES})
  else()
    add_library(couplet_${name} INTERFACE)
    target_include_directories(couplet_${name} INTERFACE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(couplet_${name} INTERFACE ${arg_USES})
  endif()
  if(tests AND COUPLET_TESTS)
    couplet_test(${name}_test SOURCES ${tests} USES couplet_${name} ${arg_TEST_USES})
  endif()
endfunction()

function(couplet_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_USES})
endfunction()

function(couplet_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_USES} GTest::gtest GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE COUPLET_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    COUPLET_BINARY_DIR="${CMAKE_BINARY_DIR}")
  gtest_discover_tests(${name} TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endfunction()
