# native/cuda into libtombola_cuda.so where there is an nvcc, with tests that run where there is a GPU; and the same
# sources with a processor standing in for the device (native/test/emulated), tested everywhere. What is left out is told
# in skipped.txt, which build.sh prints.
#   -DTOMBOLA_CUDA_ARCHITECTURES=all|native|90...: native where a GPU answers, else 90; each also as PTX of the newest

set(DRIVERS ${NATIVE}/driver)
file(GLOB DRIVER_SOURCES CONFIGURE_DEPENDS ${DRIVERS}/*.c)
file(GLOB CUDA_SOURCES CONFIGURE_DEPENDS ${NATIVE}/cuda/*.cu)
file(GLOB CUDA_TESTS CONFIGURE_DEPENDS ${NATIVE}/test/*_test.c ${NATIVE}/test/cuda/*_test.c)
list(FILTER CUDA_TESTS EXCLUDE REGEX "/(context|helpers)_test\\.c$")  # of processors
set(SKIPPED "")

# The drivers again, for bodies that run on a device.
add_library(tombola_cuda_drivers OBJECT ${DRIVER_SOURCES})
set(CUDA_INCLUDES ${NATIVE}/include ${DRIVERS} ${NATIVE}/cuda)
target_include_directories(tombola_cuda_drivers PRIVATE ${CUDA_INCLUDES})

# Tests named NAME_KIND of the objects that are given: C programs linked as C++, or as CUDA, which brings its runtime.
function(cuda_tests kind language)
  set(runtime None)
  if(language STREQUAL CUDA)
    set(runtime Shared)
  endif()
  foreach(source IN LISTS CUDA_TESTS)
    get_filename_component(name ${source} NAME_WE)
    set(program ${name}_${kind})
    add_executable(${program} ${source} ${ARGN} $<TARGET_OBJECTS:tombola_cuda_drivers>)
    target_include_directories(${program} PRIVATE ${CUDA_INCLUDES} ${NATIVE}/test)
    target_link_libraries(${program} PRIVATE m pthread)
    set_target_properties(${program} PROPERTIES LINKER_LANGUAGE ${language} CUDA_RUNTIME_LIBRARY ${runtime})
    add_test(NAME ${program} COMMAND ${program})
    set_tests_properties(${program} PROPERTIES TIMEOUT 1800 SKIP_RETURN_CODE 77)
  endforeach()
endfunction()

# Lets those tests' heap and stack be what a device reaches.
function(wrap_tests kind)
  foreach(source IN LISTS CUDA_TESTS)
    get_filename_component(name ${source} NAME_WE)
    foreach(symbol main malloc calloc aligned_alloc free)
      target_link_options(${name}_${kind} PRIVATE -Wl,--wrap=${symbol})
    endforeach()
  endforeach()
endfunction()

include(CheckLanguage)
check_language(CXX)
if(CMAKE_CXX_COMPILER AND NOT CMAKE_CROSSCOMPILING AND NOT TOMBOLA_SANITIZE)
  enable_language(CXX)
  set(CMAKE_CXX_FLAGS_RELEASE "-O2")
  set(EMULATION ${NATIVE}/test/emulated)
  file(STRINGS /proc/cpuinfo FUSED REGEX "^flags.* fma " LIMIT_COUNT 1)
  if(FUSED) # these programs run here and nowhere else
    set(FUSING -mfma)
  endif()
  # Fibers leave each other by longjmp, which fortified libraries take for a mistake.
  add_library(tombola_emulation OBJECT ${EMULATION}/emulation.cpp ${EMULATION}/race.cpp ${EMULATION}/reach.cpp)
  target_compile_features(tombola_emulation PRIVATE cxx_std_17)
  target_compile_options(tombola_emulation PRIVATE -U_FORTIFY_SOURCE)
  add_library(tombola_emulated OBJECT ${CUDA_SOURCES})
  set_source_files_properties(${CUDA_SOURCES} PROPERTIES LANGUAGE CXX)
  target_include_directories(tombola_emulated PRIVATE ${EMULATION} ${CUDA_INCLUDES})
  target_compile_features(tombola_emulated PRIVATE cxx_std_17)
  # -x, for .cu is no C++ to a compiler.
  target_compile_options(tombola_emulated PRIVATE -x c++ -U_FORTIFY_SOURCE -Wno-unknown-pragmas ${FUSING})
  # Kernels tell every access before it (reach.cpp, race.cpp), and a vector that is read or written where it does not begin is a trap.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    set(FAULTS_TEST ${EMULATION}/faults_test.cpp)
    set_source_files_properties(${CUDA_SOURCES} ${FAULTS_TEST} PROPERTIES COMPILE_OPTIONS
      "-fsanitize=kernel-address,alignment;--param=asan-instrumentation-with-call-threshold=0;--param=asan-stack=0;--param=asan-globals=0;-fsanitize-undefined-trap-on-error")
    add_executable(faults_test ${FAULTS_TEST} $<TARGET_OBJECTS:tombola_emulation>)
    target_include_directories(faults_test PRIVATE ${EMULATION} ${CUDA_INCLUDES})
    add_test(NAME faults_test_emulated COMMAND faults_test)
  else()
    string(APPEND SKIPPED "SKIPPED: emulated kernels are not asked what they reach, nor searched for races: that takes GCC.\n")
  endif()
  add_library(tombola_emulated_heap OBJECT ${EMULATION}/heap.cpp)
  set(EMULATED $<TARGET_OBJECTS:tombola_emulated> $<TARGET_OBJECTS:tombola_emulation>)
  cuda_tests(emulated CXX ${EMULATED} $<TARGET_OBJECTS:tombola_emulated_heap>)
  wrap_tests(emulated)
  # For the Java tests, which call it as they would the library for a device.
  add_library(tombola_cuda_emulated SHARED ${EMULATED} $<TARGET_OBJECTS:tombola_cuda_drivers>)
  target_link_options(tombola_cuda_emulated PRIVATE -Wl,--no-undefined)
  set_target_properties(tombola_cuda_emulated PROPERTIES
    LINKER_LANGUAGE CXX
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test-resources/dev/tombola/native/linux-${TOMBOLA_ARCH})
  # The same under a driver that stands in for NVIDIA's, found by its name; the library of kernels only leads there.
  set(EMULATED_DRIVER ${CMAKE_BINARY_DIR}/test-resources/emulated-driver)
  add_library(tombola_driver_emulated SHARED ${EMULATED} $<TARGET_OBJECTS:tombola_cuda_drivers>
    ${EMULATION}/driver.cpp)
  target_include_directories(tombola_driver_emulated PRIVATE ${EMULATION})
  target_link_options(tombola_driver_emulated PRIVATE -Wl,--no-undefined -Wl,-soname,libcuda.so.1)
  set_target_properties(tombola_driver_emulated PROPERTIES
    LINKER_LANGUAGE CXX NO_SONAME ON PREFIX "" OUTPUT_NAME libcuda.so SUFFIX .1
    LIBRARY_OUTPUT_DIRECTORY ${EMULATED_DRIVER}/lib)
  file(WRITE ${CMAKE_BINARY_DIR}/empty.cpp "")
  add_library(tombola_cuda_of_driver SHARED ${CMAKE_BINARY_DIR}/empty.cpp)
  target_link_libraries(tombola_cuda_of_driver PRIVATE -Wl,--no-as-needed tombola_driver_emulated)
  set_target_properties(tombola_cuda_of_driver PROPERTIES
    OUTPUT_NAME tombola_cuda SKIP_BUILD_RPATH ON
    LIBRARY_OUTPUT_DIRECTORY ${EMULATED_DRIVER}/classes/dev/tombola/native/linux-${TOMBOLA_ARCH})
elseif(NOT CMAKE_CROSSCOMPILING AND NOT TOMBOLA_SANITIZE)
  string(APPEND SKIPPED "SKIPPED: the CUDA kernels are not tested in emulation: no C++ compiler for this machine.\n")
endif()

find_program(NVCC nvcc HINTS /usr/local/cuda/bin)
if(NVCC AND CMAKE_CXX_COMPILER AND NOT CMAKE_CROSSCOMPILING AND NOT TOMBOLA_SANITIZE)
  add_subdirectory(cuda)
elseif(NOT CMAKE_CROSSCOMPILING AND NOT TOMBOLA_SANITIZE)
  string(APPEND SKIPPED "SKIPPED: libtombola_cuda.so is not built: no nvcc on PATH or in /usr/local/cuda/bin.\n")
endif()
file(WRITE ${CMAKE_BINARY_DIR}/skipped.txt "${SKIPPED}")
