# native/cuda as C++, with a processor standing in for the device (native/test/emulated): tested everywhere.

enable_language(CXX)
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(EMULATION ${NATIVE}/test/emulated)
# Fibers leave each other by longjmp, which fortified libraries take for a mistake.
add_library(tombola_emulation OBJECT ${EMULATION}/emulation.cpp ${EMULATION}/race.cpp ${EMULATION}/reach.cpp
  ${EMULATION}/tensor_core.cpp)
target_compile_features(tombola_emulation PRIVATE cxx_std_17)
target_compile_options(tombola_emulation PRIVATE -U_FORTIFY_SOURCE)
add_library(tombola_emulated OBJECT ${CUDA_SOURCES})
set_source_files_properties(${CUDA_SOURCES} PROPERTIES LANGUAGE CXX)
target_include_directories(tombola_emulated PRIVATE ${EMULATION} ${CUDA_INCLUDES})
target_compile_features(tombola_emulated PRIVATE cxx_std_17)
# -x, for .cu is no C++ to a compiler.
target_compile_options(tombola_emulated PRIVATE -x c++ -U_FORTIFY_SOURCE -Wno-unknown-pragmas ${FUSING})
set(FAULTS_TEST ${EMULATION}/faults_test.cpp)
# Kernels tell every access before it (reach.cpp, race.cpp), and a vector that is read or written where it does not begin is a trap.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set_source_files_properties(${CUDA_SOURCES} ${FAULTS_TEST} PROPERTIES COMPILE_OPTIONS
    "-fsanitize=kernel-address,alignment;--param=asan-instrumentation-with-call-threshold=0;--param=asan-stack=0;--param=asan-globals=0;-fsanitize-undefined-trap-on-error")
  add_executable(faults_test ${FAULTS_TEST} $<TARGET_OBJECTS:tombola_emulation>)
  target_include_directories(faults_test PRIVATE ${EMULATION} ${CUDA_INCLUDES})
  target_compile_options(faults_test PRIVATE -Wno-unknown-pragmas ${FUSING})
  add_test(NAME faults_test_emulated COMMAND faults_test)
else()
  string(APPEND SKIPPED "SKIPPED: emulated kernels are not asked what they reach, nor searched for races: that takes GCC.\n")
endif()
add_executable(division_proof ${EMULATION}/division_proof.cpp)
target_include_directories(division_proof PRIVATE ${EMULATION} ${CUDA_INCLUDES})
target_compile_features(division_proof PRIVATE cxx_std_17)
target_compile_options(division_proof PRIVATE -Wno-unknown-pragmas ${FUSING})
add_test(NAME division_proof COMMAND division_proof)
add_library(tombola_emulated_heap OBJECT ${EMULATION}/heap.cpp)
set(STAND_IN $<TARGET_OBJECTS:tombola_emulated> $<TARGET_OBJECTS:tombola_emulation>)
cuda_tests(emulated CXX ${STAND_IN} $<TARGET_OBJECTS:tombola_emulated_heap>)
wrap_tests(emulated)
