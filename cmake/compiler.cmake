# g++ before 14 destroys objects twice in ordinary coroutine statements; see docs/adr/0001-compiler-and-coroutines.md.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  message(FATAL_ERROR
    "g++ ${CMAKE_CXX_COMPILER_VERSION} miscompiles C++ coroutines (objects destroyed twice, lost co_return).\n"
    "Couplet needs clang 19, or g++ 14 or newer. On Debian 12:\n"
    "  apt-get install clang-19 lld-19\n"
    "  cmake --preset release        # the presets name clang++-19")
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR
    "clang ${CMAKE_CXX_COMPILER_VERSION} is too old for Couplet. On Debian 12:\n"
    "  apt-get install clang-19 lld-19\n"
    "  cmake --preset release        # the presets name clang++-19")
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)

find_program(CCACHE ccache)
if(CCACHE)
  # NOHASHDIR and BASEDIR: the same source gives the same object in every clone and build folder.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
      CCACHE_SLOPPINESS=time_macros ${CCACHE})
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
  -Wimplicit-fallthrough -Wextra-semi -Wunused-result)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  add_link_options(-fuse-ld=lld)
endif()

set(COUPLET_SANITIZE "" CACHE STRING "address;undefined, with fuzzer-no-link for libFuzzer, or thread")
if(COUPLET_SANITIZE)
  list(JOIN COUPLET_SANITIZE "," sanitizers)
  add_compile_options(-fsanitize=${sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${sanitizers})
endif()
