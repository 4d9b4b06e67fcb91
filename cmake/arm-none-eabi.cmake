# SPDX-License-Identifier: MIT
# Bare-metal Arm. The core is chosen by CMAKE_C_FLAGS (-mcpu=...), the compiler by CMAKE_C_COMPILER:
# arm-none-eabi-gcc unless another is given.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
if(NOT CMAKE_C_COMPILER)
    set(CMAKE_C_COMPILER arm-none-eabi-gcc)
endif()
set(CMAKE_C_COMPILER_TARGET arm-none-eabi)
set(CMAKE_AR arm-none-eabi-ar)
set(CMAKE_RANLIB arm-none-eabi-ranlib)
