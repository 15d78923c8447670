# What stands in for a GPU in the Java tests: kernels as nvcc made them where that can be run, else as C++.

# Called as the library for a device would be.
add_library(tombola_cuda_emulated SHARED ${STAND_IN} $<TARGET_OBJECTS:tombola_cuda_drivers>)
target_link_options(tombola_cuda_emulated PRIVATE -Wl,--no-undefined)
set_target_properties(tombola_cuda_emulated PROPERTIES
  LINKER_LANGUAGE CXX CUDA_RUNTIME_LIBRARY None CUDA_ARCHITECTURES OFF
  LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test-resources/dev/tombola/native/linux-${TOMBOLA_ARCH})
# The same under a driver that stands in for NVIDIA's, found by its name; the library of kernels only leads there.
set(EMULATED_DRIVER ${CMAKE_BINARY_DIR}/test-resources/emulated-driver)
add_library(tombola_driver_emulated SHARED ${STAND_IN} $<TARGET_OBJECTS:tombola_cuda_drivers>
  ${EMULATION}/driver.cpp)
target_include_directories(tombola_driver_emulated PRIVATE ${EMULATION})
target_link_options(tombola_driver_emulated PRIVATE -Wl,--no-undefined -Wl,-soname,libcuda.so.1)
set_target_properties(tombola_driver_emulated PROPERTIES
  LINKER_LANGUAGE CXX CUDA_RUNTIME_LIBRARY None CUDA_ARCHITECTURES OFF NO_SONAME ON PREFIX "" OUTPUT_NAME libcuda.so SUFFIX .1
  LIBRARY_OUTPUT_DIRECTORY ${EMULATED_DRIVER}/lib)
file(WRITE ${CMAKE_BINARY_DIR}/empty.cpp "")
add_library(tombola_cuda_of_driver SHARED ${CMAKE_BINARY_DIR}/empty.cpp)
target_link_libraries(tombola_cuda_of_driver PRIVATE -Wl,--no-as-needed tombola_driver_emulated)
set_target_properties(tombola_cuda_of_driver PROPERTIES
  OUTPUT_NAME tombola_cuda SKIP_BUILD_RPATH ON
  LIBRARY_OUTPUT_DIRECTORY ${EMULATED_DRIVER}/classes/dev/tombola/native/linux-${TOMBOLA_ARCH})
