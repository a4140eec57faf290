// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPaymentChannels} from "../../../contracts/interfaces/IPaymentChannels.sol";
import {PaymentChannels} from "../../../contracts/PaymentChannels.sol";
import {Books} from "./Books.sol";

/// @notice What the campaign knows of the channels without asking the contract, and the vouchers that were signed.
abstract contract ChannelBooks is Books {
    struct Lane {
        IPaymentChannels.Config config;
        bytes32 id;
        uint256 deposited;
        uint256 claimed;
        uint256 signed;
        uint256 withdrawAmount;
        uint256 withdrawAt;
        uint256 announcedAt;
    }

    struct Voucher {
        uint256 lane;
        uint64 amount;
        bytes compact;
    }

    struct Income {
        uint256 earned;
        uint256 fee;
        uint256 paid;
        uint256 uncollected;
    }

    uint256 internal constant FEE_BPS = 100;
    uint32 internal constant MIN_DELAY = 1 minutes;
    uint256 internal constant MOST_LANES = 24;

    PaymentChannels internal channels;
    Lane[] internal lanes;
    Voucher[] internal vouchers;
    mapping(bytes32 channelId => uint256 indexPlusOne) internal laneOf;
    mapping(address receiver => Income) internal income;
    uint256 internal moneyIn;
    uint256 internal moneyOut;

    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant VOUCHER_TYPEHASH = keccak256("Voucher(bytes32 channelId,uint128 maxClaimableAmount)");

    constructor() {
        channels = PaymentChannels(
            make(
                "PaymentChannels.sol:PaymentChannels",
                abi.encode(
                    PaymentChannels.Parameters(
                        address(usdc), governor, guardian, uint16(FEE_BPS), MIN_DELAY, 30 days
                    )
                )
            )
        );
        for (uint256 i = 0; i < everybody.length; ++i) {
            vm.prank(everybody[i]);
            usdc.approve(address(channels), type(uint256).max);
        }
    }

    function receiver(uint256 seed) internal view returns (address) {
        return providers[seed % PROVIDERS].addr;
    }

    function anyLane(uint256 seed) internal view returns (Lane storage) {
        vm.assume(lanes.length > 0);
        return lanes[seed % lanes.length];
    }

    function unclaimedOf(Lane storage lane) internal view returns (uint256) {
        return lane.deposited - lane.claimed;
    }

    function entitlementOf(address account) internal view returns (uint256) {
        uint256 earned = income[account].earned;
        return earned - (earned * FEE_BPS) / 10_000 - income[account].paid;
    }

    function credit(Lane storage lane, address from, uint256 amount) internal {
        moved(from, address(channels), amount);
        lane.deposited += amount;
        moneyIn += amount;
    }

    function pay(address to, uint256 amount) internal {
        moved(address(channels), to, amount);
        moneyOut += amount;
    }

    /// @dev The rules of a claim, said once more: up to the deposit, only what is new.
    function bookClaim(Lane storage lane, uint256 amount) internal returns (uint256 gained) {
        uint256 until = amount < lane.deposited ? amount : lane.deposited;
        if (until <= lane.claimed) return 0;
        gained = until - lane.claimed;
        lane.claimed = until;
        income[lane.config.receiver].earned += gained;
    }

    function signVoucher(Lane storage lane, uint256 index, uint64 amount) internal returns (Voucher storage voucher) {
        voucher = vouchers.push();
        (voucher.lane, voucher.amount) = (index, amount);
        voucher.compact = signCompact(keyOf[lane.config.signer].secret, voucherDigest(address(channels), lane.id, amount));
        if (amount > lane.signed) lane.signed = amount;
    }

    function rowOf(Voucher storage voucher) internal view returns (bytes memory) {
        return packRow(lanes[voucher.lane].config, voucher.amount, voucher.compact);
    }

    function packRow(IPaymentChannels.Config memory config, uint64 amount, bytes memory compact)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodePacked(config.payer, config.signer, config.salt, config.withdrawDelay, amount, compact);
    }

    function voucherDigest(address verifier, bytes32 channelId, uint256 amount) internal view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                DOMAIN_TYPEHASH, keccak256("PaymentChannels"), keccak256("1"), block.chainid, verifier
            )
        );
        bytes32 structHash = keccak256(abi.encode(VOUCHER_TYPEHASH, channelId, amount));
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    /// @dev All that the contract keeps of lanes and receivers.
    function stateHash() internal view returns (bytes32 hash) {
        for (uint256 i = 0; i < lanes.length; ++i) {
            hash = keccak256(abi.encode(hash, channels.channelOf(lanes[i].id)));
        }
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            address account = providers[i].addr;
            hash = keccak256(abi.encode(hash, channels.earningsOf(account), channels.feesAccrued(account)));
        }
    }

    function make(string memory artifact, bytes memory arguments) private returns (address made) {
        bytes memory code = bytes.concat(vm.getCode(artifact), arguments);
        assembly ("memory-safe") {
            made := create(0, add(code, 0x20), mload(code))
        }
        assertNotEq(made, address(0));
    }
}
