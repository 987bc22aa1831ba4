// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.binding;

import java.lang.invoke.MethodHandle;

/** What there is: platforms, devices, and the state of objects. Handles and pointers are longs. */
public final class InfoFunctions {
    private final MethodHandle getPlatformIDs;
    private final MethodHandle getPlatformInfo;
    private final MethodHandle getDeviceIDs;
    private final MethodHandle getDeviceInfo;
    private final MethodHandle getProgramInfo;
    private final MethodHandle getProgramBuildInfo;
    private final MethodHandle getEventInfo;

    InfoFunctions(Symbols symbols) {
        getPlatformIDs = symbols.bind("clGetPlatformIDs", "iill");
        getPlatformInfo = symbols.bind("clGetPlatformInfo", "ililll");
        getDeviceIDs = symbols.bind("clGetDeviceIDs", "illill");
        getDeviceInfo = symbols.bind("clGetDeviceInfo", "ililll");
        getProgramInfo = symbols.bind("clGetProgramInfo", "ililll");
        getProgramBuildInfo = symbols.bind("clGetProgramBuildInfo", "illilll");
        getEventInfo = symbols.bind("clGetEventInfo", "ililll");
    }

    /** Lists platforms. Returns a status code. */
    public int getPlatformIDs(int entries, long platforms, long count) {
        try {
            return (int) getPlatformIDs.invokeExact(entries, platforms, count);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Asks about a platform. Returns a status code. */
    public int getPlatformInfo(long platform, int name, long size, long value, long sizeOut) {
        try {
            return (int) getPlatformInfo.invokeExact(platform, name, size, value, sizeOut);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Lists devices. Returns a status code. */
    public int getDeviceIDs(long platform, long types, int entries, long devices, long count) {
        try {
            return (int) getDeviceIDs.invokeExact(platform, types, entries, devices, count);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Asks about a device. Returns a status code. */
    public int getDeviceInfo(long device, int name, long size, long value, long sizeOut) {
        try {
            return (int) getDeviceInfo.invokeExact(device, name, size, value, sizeOut);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Asks about a program. Returns a status code. */
    public int getProgramInfo(long program, int name, long size, long value, long sizeOut) {
        try {
            return (int) getProgramInfo.invokeExact(program, name, size, value, sizeOut);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Asks about a build. Returns a status code. */
    public int getProgramBuildInfo(
            long program, long device, int name, long size, long value, long sizeOut) {
        try {
            return (int)
                    getProgramBuildInfo.invokeExact(program, device, name, size, value, sizeOut);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Asks about an event. Returns a status code. */
    public int getEventInfo(long event, int name, long size, long value, long sizeOut) {
        try {
            return (int) getEventInfo.invokeExact(event, name, size, value, sizeOut);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }
}
