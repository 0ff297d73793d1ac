#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs on the building machine, once the packages are installed: customise.sh ROOT
set -eu
root=$1
here=$(dirname "$(readlink -f "$0")")

cp -rT --no-preserve=ownership "$here/overlay" "$root"
chmod 0755 "$root"/usr/local/lib/lab/*

for user in nurse doctor; do
    chroot "$root" useradd --create-home --shell /bin/bash "$user"
    cp -rT --no-preserve=ownership "$here/home" "$root/home/$user"
    chroot "$root" chown -R "$user:$user" "/home/$user"
    echo "$user:$user" | chroot "$root" chpasswd
done
# Whose desktop it is can be told from its paper.
sed -i s/f4f1e6/e6eef4/ "$root/home/doctor/.config/foot/foot.ini" "$root/home/doctor/.notes-terminal"
echo root:root | chroot "$root" chpasswd

# Nothing periodic may disturb what the lab measures, and usbguard must not judge devices beside Vaktpost.
for unit in usbguard.service usbguard-dbus.service apt-daily.timer apt-daily-upgrade.timer \
        dpkg-db-backup.timer e2scrub_all.timer fstrim.timer; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
# Profiles of programs that are never run here, but take seconds to load.
rm "$root"/etc/apparmor.d/lightdm-guest-session "$root"/etc/apparmor.d/nvidia_modprobe
# Started by the step that needs it.
chroot "$root" systemctl disable ssh.service
chroot "$root" systemctl enable lab-channel.service

# An archive of packages, for what a step installs.
archive=$root/usr/local/share/lab-archive
mkdir -p "$archive"
sed 's/#.*//' "$here/archive.txt" | APT_CONFIG=$MMDEBSTRAP_APT_CONFIG xargs apt-get --yes --no-install-recommends \
    --download-only -o "Dir::Cache::Archives=$archive" install
rm -rf "$archive/lock" "$archive/partial"
(cd "$archive" && dpkg-scanpackages . >Packages)
echo "deb [trusted=yes] file:/usr/local/share/lab-archive ./" >"$root/etc/apt/sources.list.d/lab.list"
